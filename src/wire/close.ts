/**
 * How long to wait after a close, in milliseconds; `Infinity`: it is final. Whoever sent the code: a close frame, or a
 * `pusher:error` before the greeting. What is not in the protocol's table (pusher.com, "error codes") is an ordinary loss,
 * which waits as `usual`. `age`: the time since the loss; `chance` is in [0, 1).
 */
export function closeDelay(code: number, age: number, chance: number, usual: number): number {
  if (code === 4004) return 10_000 + chance * (age < 30_000 ? 20_000 : 50_000)
  if (code >= 4000 && code <= 4009 && code !== 4002) return Infinity
  const hundred = Math.floor(code / 100)
  if (hundred === 41) return Math.max(1000, usual)
  return hundred === 42 && age < 5000 ? chance * 1000 : usual
}
