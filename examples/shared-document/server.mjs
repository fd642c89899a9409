let document = { version: 1, text: 'Everybody writes here.\n' }

/** One document that everybody may change; who has not seen the newest version is given it instead. */
export function sharedDocument({ broadcast }) {
  return {
    'GET /shared-document/document': () => document,
    'PUT /shared-document/document'({ version, text }, { guest, socketId }) {
      if (version !== document.version || typeof text !== 'string' || text.length > 5_000)
        return { ...document, refused: true }
      document = { version: version + 1, text, author: guest }
      // toOthers(): the author has the answer.
      broadcast('presence-document', 'DocumentChanged', document, socketId)
      return document
    },
    // As a queue may do after a restart: what was sent long ago comes once more.
    'POST /shared-document/replay'() {
      broadcast('presence-document', 'DocumentChanged', { version: 1, text: 'An old version.', author: 'nobody' })
      return {}
    },
  }
}
