/** Whether a timer can hold a time, in milliseconds. */
export function isTime(value: number): boolean {
  return value >= 0 && value < 2 ** 31
}
