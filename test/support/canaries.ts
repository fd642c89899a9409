/** What a test plants where a secret would be. */
export const canary = (of: string): string => `CANARY-${of}`

/** A signature as the protocol has it (64 digits of base 16), to be planted where the text must look like one. */
export const signature = 'c0ffee'.padEnd(64, '0')

/** What was planted; and what an endpoint in memory answers: the signatures of channels, and the keys of encrypted ones. */
const SECRET = /CANARY-[\w-]+|[\da-f]{64}(?![\da-f])|(?<![\w+/])[\w+/]{43}=(?!=)/g

/** The secrets in what was written, each once. */
export const leaks = (text: string): string[] => [...new Set(text.match(SECRET))]
