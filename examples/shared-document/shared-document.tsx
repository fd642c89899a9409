import { catchUp } from 'antiphon'
import { echo, useEchoPresence, usePresence } from 'antiphon/react'
import { useEffect, useReducer, useState } from 'react'

interface Version {
  readonly version: number
  readonly text: string
  readonly author?: string
}

const url = 'shared-document/document'

/** Events may come twice, or after the answer that is newer: only a newer version counts. */
const newer = (shown: Version, told: Version) => (told.version > shown.version ? told : shown)

export function SharedDocument() {
  const [shown, tell] = useReducer(newer, { version: 0, text: '' })
  const [draft, setDraft] = useState<Version>()
  const { members } = usePresence('document')
  const { channel, status } = useEchoPresence('document', 'DocumentChanged', tell)

  useEffect(() => {
    const room = channel()
    return room
      ? catchUp(room, async () => tell(await window.send('GET', url, undefined, echo())), { initial: true })
      : undefined
  }, [channel])

  async function save() {
    const saved = await window.send('PUT', url, { version: draft?.version, text: draft?.text }, echo())
    if (!saved.refused) setDraft(undefined)
    tell(saved)
  }

  const overtaken = draft && draft.version < shown.version
  return (
    <>
      <header>
        <h1>A shared document</h1>
        <span role="status">{status === 'joined' ? members.map(({ info }) => info.name).join(', ') : status}</span>
      </header>
      <section className="card">
        <textarea
          aria-label="Document"
          value={draft?.text ?? shown.text}
          onChange={({ target }) => setDraft({ version: draft?.version ?? shown.version, text: target.value })}
        />
        <div className="row">
          <button className="primary" disabled={!draft || overtaken} onClick={() => void save()}>
            Save
          </button>
          {overtaken && <button onClick={() => setDraft(undefined)}>Take what {shown.author} wrote</button>}
          <span className="soft">
            Version <output>{shown.version}</output>
            {shown.author && `, by ${shown.author}`}
          </span>
        </div>
      </section>
      <button onClick={() => void window.send('POST', 'shared-document/replay', {}, echo())}>
        Send an old version again
      </button>
    </>
  )
}
