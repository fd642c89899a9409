/** A post and those who look at it: what two Livewire components on one page would listen to. */
export function livewirePage({ broadcast }) {
  let likes = 0
  return {
    'POST /livewire/like'(_input, { guest }) {
      likes++
      broadcast('presence-post.1', 'PostLiked', { likes, by: guest })
      return { likes }
    },
  }
}
