import { createServer, request } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

/**
 * An HTTP proxy on the loopback address that leads every http address to one server; https is refused, as some
 * companies' do. The lab uses it as any program of Node's does: NODE_USE_ENV_PROXY and HTTP_PROXY.
 */
export async function startProxy(to: string): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(to)
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const server = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url ?? '', to)
    const onward = request(new URL(pathname, to), { headers: asked.headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    answer.on('close', () => onward.destroy())
    onward.end()
  })
  server.on('connect', (asked, socket: Socket, head: Buffer) => {
    keep(socket)
    if (!asked.url?.endsWith(':80')) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.write(head)
      socket.pipe(onward).pipe(socket)
    })
    keep(onward)
    socket.on('close', () => onward.destroy())
    onward.on('close', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
