/** Compares a text with the right one, without telling by its duration how much of it is right. */
export function isSameText(given: string, right: string): boolean {
  let difference = given.length ^ right.length
  for (let i = 0; i < right.length; i++) difference |= (given.charCodeAt(i) || 0) ^ right.charCodeAt(i)
  return difference === 0
}
