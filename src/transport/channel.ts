/** Two ends that exchange whole messages in order. One file a way of carrying them. */
export interface Channel {
  send(message: Uint8Array<ArrayBuffer>): void
  /** Called once, before the first message can arrive. */
  listen(listener: ChannelListener): void
  close(): void
}

export interface ChannelListener {
  message(bytes: Uint8Array): void
  /** The other end is gone; nothing follows. Called once, also after an own `close`. */
  closed(): void
}
