/** What a test plants where a secret would be. */
export const canary = (of: string): string => `canary-${of}`

/** A signature as the protocol has it, of 64 digits, to be planted where the text must look like one. */
export const signature = 'c0ffee'.padEnd(64, '0')

/** What was planted, the signatures that endpoints of tests give, and the keys of their encrypted channels. */
const SECRET = /\bcanary\b[\w-]*|(?<!\w)[\da-f]{64}(?!\w)|(?<![\w+/])[\w+/]{43}=(?!=)/gi

/** The secrets in what was written, each once. */
export const leaks = (text: string): string[] => [...new Set(text.match(SECRET))]
