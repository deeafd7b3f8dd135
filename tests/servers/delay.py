"""A long way to a server: a proxy on a port of this machine that hands on every byte after a while, in both directions, for kernels
without `tc netem`. It delays and does not slow down: what is sent together arrives together.

    with Delay("/tmp/folder/.s.PGSQL.5432", seconds=0.01) as port:   # 20 ms there and back
        connect("127.0.0.1", port)
"""
import asyncio
import contextlib
import threading

CHUNK = 1 << 16


class Delay:
    def __init__(self, socket, seconds):
        self.socket, self.seconds = str(socket), seconds
        self.ready = threading.Event()

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        self.ready.wait(30)
        return self.port

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def serve(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.meet, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.loop.close()

    async def meet(self, reader, writer):
        theirs = await asyncio.open_unix_connection(self.socket)
        await asyncio.gather(self.hand_on(reader, theirs[1]), self.hand_on(theirs[0], writer), return_exceptions=True)

    async def hand_on(self, reader, writer):
        """Reads at once and writes later, in order."""
        queue = asyncio.Queue()

        async def deliver():
            while True:
                due, chunk = await queue.get()
                await asyncio.sleep(max(0, due - self.loop.time()))
                if not chunk:
                    break
                writer.write(chunk)

        delivery = asyncio.ensure_future(deliver())
        try:
            with contextlib.suppress(OSError):
                while chunk := await reader.read(CHUNK):
                    queue.put_nowait((self.loop.time() + self.seconds, chunk))
            queue.put_nowait((self.loop.time() + self.seconds, b""))
            await delivery
        finally:
            with contextlib.suppress(OSError):
                writer.close()
