/** What is called of `window.Echo`: text in, text out, as Livewire 4 does it in its JavaScript. */
type Subscriptions = Record<string, (...args: any[]) => void>

/**
 * Does to `window.Echo` what Livewire 4 does for a component with `#[On('echo-presence:post.1,here')]` and the like: one call
 * chain for each listener when the component begins, one `leave` for each when it ends. `listeners`: by `room,event`.
 */
export function component(listeners: Subscriptions): () => void {
  const { Echo } = window
  const named = Object.entries(listeners).map(([key, listener]) => [...key.split(','), listener] as const) as [
    string,
    string,
    Subscriptions[string],
  ][]
  for (const [room, event, listener] of named) {
    const channel = Echo.join(room)
    if (event === 'here' || event === 'joining' || event === 'leaving') channel[event](listener)
    else channel.listen(event, listener)
  }
  return () => {
    for (const [room] of named) Echo.leave(room)
  }
}
