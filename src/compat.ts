import type { ChannelRegistry } from './channels/registry'
import type { Connector } from './contract'
import type { Echo } from './echo'

export interface ConnectorView {
  readonly pusher?: any
}

export function createConnectorView(_echo: Echo<any>, _connector: Connector, _registry: ChannelRegistry): ConnectorView {
  return {}
}
