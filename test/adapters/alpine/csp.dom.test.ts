import Alpine from '@alpinejs/csp'
import { fakeTime } from '../../support/clock'
import { AlpinePage } from './page'
import { livesAsTheComponent } from './scenarios/life'
import { reportsMistakes } from './scenarios/mistakes'
import { ownsByMagic } from './scenarios/owner'
import { worksWithoutThePlugin } from './scenarios/raw'
import { listensByDirective } from './scenarios/x-echo'

fakeTime()

const page = new AlpinePage(Alpine)
listensByDirective(page)
ownsByMagic(page)
livesAsTheComponent(page)
reportsMistakes(page)
worksWithoutThePlugin(page)
