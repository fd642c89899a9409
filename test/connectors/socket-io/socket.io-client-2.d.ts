declare module 'socket.io-client-2' {
  const io: (host?: string, options?: object) => object
  export default io
}
