import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const TEXT = 0x81

/** The sending half of a WebSocket server: a test's stand-in for the live feed, without the cost of a pretended socket. */
export class LiveSocket {
  readonly #server: Server
  readonly #callers = new Set<Duplex>()

  private constructor(greeting: () => string) {
    this.#server = createServer((_, response) => response.writeHead(404).end())
    this.#server.on('upgrade', (request, socket) => {
      const accept = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}${GUID}`)
        .digest('base64')
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      )
      this.#callers.add(socket)
      socket.on('close', () => this.#callers.delete(socket))
      // A page that is closed takes the line down as it likes.
      socket.on('error', () => socket.destroy())
      socket.write(frame(greeting()))
    })
  }

  static async open(greeting: () => string): Promise<LiveSocket> {
    const socket = new LiveSocket(greeting)
    await new Promise<void>((resolve) => socket.#server.listen(0, '127.0.0.1', resolve))
    return socket
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  send(text: string): void {
    if (this.#callers.size === 0) {
      throw new Error('the page has not connected to the live feed yet')
    }
    const bytes = frame(text)
    for (const caller of this.#callers) {
      caller.write(bytes)
    }
  }

  async close(): Promise<void> {
    for (const caller of this.#callers) {
      caller.destroy()
    }
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

function frame(text: string): Buffer {
  const body = Buffer.from(text)
  const head = Buffer.alloc(10)
  head[0] = TEXT
  head[1] = 127
  head.writeBigUInt64BE(BigInt(body.length), 2)
  return Buffer.concat([body.length > 0xffff ? head : shortHead(body.length), body])
}

function shortHead(length: number): Buffer {
  return length < 126 ? Buffer.from([TEXT, length]) : Buffer.from([TEXT, 126, length >> 8, length & 255])
}
