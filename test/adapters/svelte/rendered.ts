/** What a server makes of `Dashboard.svelte`, and a page begins with. */
export const rendered =
  '<!--[--><p>joining: 0</p> <!--[-1--><i>connecting</i><!--]--> <ul><!--[!--><li>nobody</li><!--]--></ul> <!--[-1--><!--]--><!--]-->'
