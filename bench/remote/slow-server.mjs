// A web server in a thread of its own, for the files of a directory: ranges and entity tags, and every answer late by
// as much as it takes to reach a server elsewhere.
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/** Starts it; `requests()` is how many came since the last call. */
export async function startSlowServer(directory, latencyMs) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { directory, latencyMs } });
  const answerOf = async (question) => {
    worker.postMessage(question);
    const [answer] = await once(worker, "message");
    return answer;
  };
  const port = await answerOf("port");
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => answerOf("requests"),
    stop: () => worker.terminate(),
  };
}

async function answer(request, response, { directory, latencyMs }) {
  const sent = delay(latencyMs);
  const file = join(directory, decodeURIComponent(new URL(request.url, "http://localhost").pathname));
  const stats = await stat(file).catch(() => undefined);
  await sent;
  if (!stats?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  const etag = `"${stats.size}-${stats.mtimeMs}"`;
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const whole = { status: 200, start: 0, end: stats.size - 1, headers: {} };
  const { status, start, end, headers } = first === undefined ? whole : partOf(stats.size, first, last);
  response.writeHead(status, { etag, "content-length": end - start + 1, ...headers });
  if (request.method === "HEAD" || end < start) response.end();
  else createReadStream(file, { start, end }).pipe(response);
}

function partOf(size, first, last) {
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return { status: 206, start, end, headers: { "content-range": `bytes ${start}-${end}/${size}` } };
}

if (!isMainThread) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response, workerData);
  });
  server.listen(0, "127.0.0.1", () => {
    parentPort.on("message", (question) => {
      parentPort.postMessage(question === "port" ? server.address().port : requests);
      requests = 0;
    });
  });
}
