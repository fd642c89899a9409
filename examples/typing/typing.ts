// What the four of them whisper to each other.
declare module 'antiphon' {
  interface Register {
    presence: { typing: { member: { name: string }; whispers: { typing: { text: string } } } }
  }
}

/** At most one whisper in so many milliseconds; the last text always goes out. */
export const throttle = 500
