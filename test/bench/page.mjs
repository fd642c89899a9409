/** The page in which Chromium measures: it tells the server what came out, or what went wrong. */
export const page = `<!doctype html>
<title>bench</title>
<script>
  globalThis.readHeap = async () => {
    for (let i = 0; i < 4; i++) gc()
    return performance.memory.usedJSHeapSize
  }
  const query = new URLSearchParams(location.search)
  const tell = (result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) })
  const script = document.createElement('script')
  script.src = '/' + query.get('measure') + '.js'
  script.onload = () =>
    bench.measure(JSON.parse(query.get('args'))).then(
      (value) => tell({ value }),
      (error) => tell({ error: String(error?.stack ?? error) }),
    )
  addEventListener('load', () => document.head.append(script))
</script>
`
