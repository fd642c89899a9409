const messages = []

/** A room where everybody may speak. */
export function chat({ broadcast }) {
  return {
    'GET /chat/messages': ({ after = 0 }) => messages.filter(({ id }) => id > Number(after)),
    'POST /chat/messages'({ text }, { guest, socketId }) {
      if (typeof text !== 'string' || !text.trim() || text.length > 500) return 422
      const message = { id: messages.length + 1, author: guest, text: text.trim() }
      messages.push(message)
      // toOthers(): the author has the answer.
      broadcast('presence-chat', 'MessageSent', message, socketId)
      return message
    },
  }
}
