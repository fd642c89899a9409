// What a page does with Echo: its script tag has made `Echo` global, and only its public API is used.
const byId = (id) => document.getElementById(id)
const on = (id, event, listener) => byId(id).addEventListener(event, listener)
const labels = { connected: 'Connected', connecting: 'Connecting', reconnecting: 'Reconnecting' }
const measured = []
let token = sessionStorage.getItem('token')
let echo
let ticking

on('sign-in', 'submit', async (event) => {
  event.preventDefault()
  event.submitter.disabled = true
  const session = await call('/session', { name: byId('name').value })
  event.submitter.disabled = Boolean(session)
  if (!session) return
  token = session.token
  sessionStorage.setItem('token', token)
  await start()
  byId('text').focus()
})

async function start() {
  const state = await call('/state')
  if (!state) return
  const { user, key, wsPort } = state
  const wsHost = location.hostname
  echo = new Echo({ broadcaster: 'reverb', key, wsHost, wsPort, forceTLS: false, bearerToken: token })
  echo.connection.subscribe(showConnection)
  showConnection(echo.connection.get())
  showState(state)
  byId('welcome').hidden = true
  byId('app').hidden = false

  enterRoom(user)
  echo.private(`orders.${user.order.id}`).listen('OrderStatusChanged', showOrder)
  echo.private(`App.Models.User.${user.id}`).notification(({ message }) => toast(message))
  echo.channel('metrics').listen('Measured', showMeasured)

  on('advance', 'click', () => call('/order/advance', {}))
  on('foreign', 'click', () => openForeign(user.order.id - 1))
  on('cut', 'click', () => call('/connection/cut', {}))
  on('restart', 'click', () => call('/server/restart', {}))
  on('offline', 'click', () => (labelOf(echo.connection.get()) === 'Offline' ? echo.connect() : echo.disconnect()))
  on('leave', 'click', signOut)
}

function enterRoom(user) {
  const room = echo.join('room')
  const typists = new Map()
  const setTyping = (id, active) => {
    clearTimeout(typists.get(id))
    typists.delete(id)
    if (active) typists.set(id, setTimeout(setTyping, 2_500, id, false))
    const names = room.presence.get().members.flatMap(({ id, info }) => (typists.has(id) ? [info.name] : []))
    const verb = names.length > 1 ? 'are' : 'is'
    byId('typing').textContent = names.length > 0 ? `${names.join(' and ')} ${verb} typing …` : ''
  }
  // Of what is whispered within a second only the latest goes out, so that a message ends the typing.
  const whisperTyping = () => room.whisper('typing', { active: byId('text').value !== '' }, { throttle: 1_000 })

  room.presence.subscribe(({ members }) => showMembers(members, user))
  room.listenForWhisper('typing', ({ active }, { userId }) => setTyping(userId, active))
  room.listen('MessageSent', (message) => {
    setTyping(message.authorId, false)
    showMessage(message)
  })
  room.error(({ code, status, message }) => {
    if (status === 401) signOut()
    // Nobody asked for it, so nobody misses a whisper about typing.
    else if (code !== 'whisper-dropped') toast(message)
  })
  room.missed(async ({ from, to }) => {
    const [start, end] = [from, to].map((time) => new Date(time).toLocaleTimeString())
    const note = element('p', {}, `You may have missed events between ${start} and ${end}.`)
    addToMessages(element('li', { className: 'note' }, note))
    showState(await call('/state'))
  })

  on('text', 'input', whisperTyping)
  on('composer', 'submit', async (event) => {
    event.preventDefault()
    const text = byId('text').value
    byId('text').value = ''
    whisperTyping()
    const message = await call('/messages', { text })
    if (message) showMessage(message)
    else byId('text').value = text
  })
}

function openForeign(id) {
  byId('refusal').textContent = ''
  echo.private(`orders.${id}`).error(({ message, hint }) => {
    byId('refusal').textContent = `${message} ${hint}`
    echo.leave(`orders.${id}`)
  })
}

// The server leaves the socket of `socketHeaders()` out when it broadcasts: its page has the answer already.
async function call(path, input) {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, ...echo?.socketHeaders() }
  const options = input ? { method: 'POST', headers, body: JSON.stringify(input) } : { headers }
  const response = await fetch(path, options).catch(() => undefined)
  if (response?.status === 401) signOut()
  else if (!response?.ok) toast(response ? 'The server did not accept that.' : 'The server did not answer.')
  else return response.json()
}

function signOut() {
  echo?.disconnect()
  sessionStorage.removeItem('token')
  location.reload()
}

const labelOf = ({ status, offline }) => (!offline && labels[status]) || 'Offline'

function showConnection(connection) {
  const label = labelOf(connection)
  const countDown = () => {
    const seconds = Math.ceil((connection.retryAt - Date.now()) / 1_000)
    byId('countdown').textContent = seconds > 0 ? `in ${seconds} s` : ''
  }
  byId('badge').dataset.status = label
  byId('status').textContent = label
  byId('offline').textContent = label === 'Offline' ? 'Go online' : 'Go offline'
  clearInterval(ticking)
  ticking = setInterval(countDown, 200)
  countDown()
}

function showState(state) {
  if (!state) return
  showOrder(state.user.order)
  state.messages.forEach(showMessage)
}

function showMembers(members, me) {
  const wave = (to, name) => {
    const onclick = () => call('/wave', { to })
    return element('button', { className: 'link', ariaLabel: `Wave at ${name}`, onclick }, 'Wave')
  }
  const items = members.map(({ id, info: { name } }) => {
    const after = id === me.id ? element('small', {}, 'you') : wave(id, name)
    return element('li', {}, avatar(id, name), element('span', {}, name), after)
  })
  byId('members').replaceChildren(...items)
  byId('count').textContent = `${members.length} here`
}

function showMessage({ id, author, authorId, text, at }) {
  if (byId(`message-${id}`)) return
  const time = element('time', {}, new Date(at).toLocaleTimeString([], { timeStyle: 'short' }))
  const by = element('span', { className: 'author' }, author, time)
  addToMessages(element('li', { id: `message-${id}`, value: id }, avatar(authorId, author), by, element('p', {}, text)))
}

// What was loaded late goes where it belongs.
function addToMessages(item) {
  const list = byId('messages')
  const later = item.value > 0 && [...list.children].find(({ value }) => value > item.value)
  list.insertBefore(item, later || null)
  list.scrollTop = list.scrollHeight
}

function showOrder({ id, step, steps }) {
  byId('order-title').textContent = `Your order ${id}`
  byId('steps').replaceChildren(
    ...steps.map((name, at) => element('li', { ariaCurrent: at === step ? 'step' : null }, name)),
  )
  byId('advance').textContent = step + 1 < steps.length ? 'Next step' : 'Order again'
}

function showMeasured({ memory, connections }) {
  measured.push(memory)
  measured.splice(0, measured.length - 40)
  const [low, high] = [Math.min(...measured), Math.max(...measured)]
  const x = (at) => (120 * at) / (measured.length - 1 || 1)
  const y = (value) => 36 - (32 * (value - low)) / (high - low || 1)
  const points = measured.map((value, at) => `${x(at)},${y(value)}`)
  byId('memory').textContent = (memory / 1_000_000).toFixed(1)
  byId('connections').textContent = connections === 1 ? '1 connection' : `${connections} connections`
  byId('spark').setAttribute('points', points.join(' '))
}

function avatar(id, name) {
  const [initial] = name
  const made = element('span', { className: 'avatar', ariaHidden: 'true' }, initial.toUpperCase())
  made.style.setProperty('--hue', id * 137)
  return made
}

function toast(text) {
  const item = element('p', {}, text)
  byId('toasts').append(item)
  setTimeout(() => item.remove(), 6_000)
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

if (token) await start()
else byId('welcome').hidden = false
