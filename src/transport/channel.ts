/** Two ends that exchange whole messages in order. One file a way of carrying them. */
export interface Channel {
  send(message: Uint8Array<ArrayBuffer>): void
  /** Called once, before the first message can arrive. */
  listen(listener: ChannelListener): void
  /** What was sent before still arrives. */
  close(): void
}

export interface ChannelListener {
  /** Throws where the bytes are not what was agreed on: the channel closes. */
  message(bytes: Uint8Array): void
  /** The other end is gone; nothing follows. Called once, also after an own `close`. */
  closed(): void
}
