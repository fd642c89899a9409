export { configureEcho, echo, echoIsConfigured } from './default'
