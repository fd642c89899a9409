import { usePresence, useWhisper } from 'antiphon/react'
import { throttle } from '../typing'

export function Typing() {
  const { members } = usePresence('typing')
  const { send, latest, from } = useWhisper('typing', 'typing')
  const author = members.find(({ id }) => id === from)?.info.name

  return (
    <>
      <h2>React</h2>
      <p className="soft">{members.map(({ info }) => info.name).join(', ')}</p>
      <input aria-label="Text" onChange={({ target }) => send({ text: target.value }, { throttle })} />
      <p role="status">{latest?.text && author && `${author}: ${latest.text}`}</p>
    </>
  )
}
