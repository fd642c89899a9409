/** At most one whisper in so many milliseconds; the last text always goes out. */
export const throttle = 500
