import { Echo } from 'antiphon'
import { livewire } from 'antiphon/livewire'
import { component } from './livewire-calls'

// In a Laravel application, resources/js/echo.js: window.Echo = livewire(new Echo({ broadcaster: 'reverb', … }))
Object.assign(window, { Echo: livewire(new Echo(window.reverb)) })

const show = (id: string, text: string) => {
  document.getElementById(id)!.textContent = text
}

// Two components that look at the same post. Livewire leaves the room once for each listener of one that is removed; the
// other one goes on.
const readers = new Set<string>()
const list = () => show('readers', [...readers].join(', '))
component({
  'post.1,here': (users: { name: string }[]) => {
    readers.clear()
    for (const { name } of users) readers.add(name)
    list()
  },
  'post.1,joining': ({ name }: { name: string }) => {
    readers.add(name)
    list()
  },
  'post.1,leaving': ({ name }: { name: string }) => {
    readers.delete(name)
    list()
  },
})
const likes = document.getElementById('likes-component')!
const end = component({
  'post.1,PostLiked': (liked: { likes: number; by: string }) => show('likes', `${liked.likes}, last by ${liked.by}`),
  'post.1,here': () => show('likes', 'nobody yet'),
})

document.getElementById('like')!.addEventListener('click', () => void window.send('POST', 'livewire/like', {}))
document.getElementById('remove')!.addEventListener('click', () => {
  end()
  likes.remove()
})
