// A canary deployment with real traffic.
//
// Two configurations of a service run side by side: `production`, a branch, and a canary, a reality that nobody sees but its own
// instances. A proxy on the loopback interface splits requests between them by weight and measures what clients get: errors and
// latency. A canary that does well gets more of the traffic, and in the end is published; one that does not is discarded, and no
// trace of it was ever in the repository.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Repository, type Editor, type Person } from '@govc/core';

interface Configuration {
  readonly version: string;
  readonly features: readonly string[];
  readonly signingKey?: string;
}

const AUTHOR: Person = { name: 'Release engineer', email: 'release@example.com' };
const ERROR_RATE_MAX = 0.01;
/** How much slower a canary may answer, at the median: a machine that pauses for a moment is not the fault of either. */
const SLOWDOWN_MAX_MS = 100;
const REQUESTS_PER_STEP = 300;
const CLIENTS = 10;
/** Percent of the traffic that a canary gets, one step after the other. */
const STEPS = [10, 50];

const servers: Server[] = [];

/** Serves on a free port of the loopback interface and gives the port. */
async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Starts an instance of the service. It reads its configuration at each request, so that what is published counts at once. */
function startService(source: Editor): Promise<number> {
  return listen((_request, response) => {
    try {
      const { version, features, signingKey } = JSON.parse(new TextDecoder().decode(source.readFile('service.json').content)) as Configuration;
      const session = features.includes('new-auth') ? createHmac('sha256', signingKey!).update(version).digest('hex') : 'cookie';
      response.end(`${version} ${session}`);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
}

/** What clients got from one of the sides. */
class Measures {
  readonly latenciesMs: number[] = [];
  errors = 0;

  get errorRate(): number {
    return this.errors / Math.max(1, this.latenciesMs.length);
  }

  /** The latency that this share of the requests stays below. */
  latencyMs(share: number): number {
    return this.latenciesMs.toSorted((left, right) => left - right)[Math.floor(this.latenciesMs.length * share)] ?? 0;
  }
}

interface Splitter {
  readonly port: number;
  /** Sends so many of a hundred requests to the canary from now on, and measures anew. */
  route(canaryPercent: number): { readonly production: Measures; readonly canary: Measures };
}

/** A proxy that sends each request to one of two ports and measures how it went. */
async function startSplitter(productionPort: number, canaryPort: number): Promise<Splitter> {
  let routes = { canaryPercent: 0, production: new Measures(), canary: new Measures() };
  let served = 0;
  const port = await listen((incoming, outgoing) => {
    // Every hundred requests are split exactly, spread over the hundred: 37 has no common divisor with it.
    const isCanary = (served++ * 37) % 100 < routes.canaryPercent;
    const measures = isCanary ? routes.canary : routes.production;
    const start = performance.now();
    const finish = (isError: boolean): void => {
      measures.latenciesMs.push(performance.now() - start);
      if (isError) measures.errors++;
    };
    const { method, url: path, headers } = incoming;
    const forwarded = request({ host: '127.0.0.1', port: isCanary ? canaryPort : productionPort, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing).on('finish', () => finish(outgoing.statusCode >= 500));
    });
    forwarded.on('error', (error) => {
      outgoing.writeHead(502).end(String(error));
      finish(true);
    });
    incoming.pipe(forwarded);
  });
  return {
    port,
    route(canaryPercent) {
      routes = { canaryPercent, production: new Measures(), canary: new Measures() };
      return routes;
    },
  };
}

/** Clients that ask until so many requests are answered. */
async function sendTraffic(port: number, count: number): Promise<void> {
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent++ < count) await (await fetch(`http://127.0.0.1:${port}/`)).text();
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** Tries a configuration beside production, with more and more of the traffic, and publishes it or does not. */
async function deployCanary(repository: Repository, configuration: Configuration): Promise<void> {
  const canary = repository.reality();
  canary.add('service.json', JSON.stringify(configuration));
  canary.commit(`Deploy ${configuration.version}`, { author: AUTHOR });

  const splitter = await startSplitter(await startService(repository), await startService(canary));
  for (const percent of STEPS) {
    const measured = splitter.route(percent);
    await sendTraffic(splitter.port, REQUESTS_PER_STEP);
    const { errorRate, latenciesMs } = measured.canary;
    const slowdownMs = measured.canary.latencyMs(0.5) - measured.production.latencyMs(0.5);
    console.log(`${configuration.version} with ${percent} %: ${latenciesMs.length} of ${REQUESTS_PER_STEP} requests, ` +
      `${(errorRate * 100).toFixed(1)} % errors, p99 ${measured.canary.latencyMs(0.99).toFixed(1)} ms`);
    if (errorRate > ERROR_RATE_MAX || slowdownMs > SLOWDOWN_MAX_MS) {
      canary.discard();
      console.log(`${configuration.version} is rolled back`);
      return;
    }
  }
  canary.publish();
  console.log(`${configuration.version} is promoted`);
}

const repository = Repository.init({ defaultBranch: 'production' });
repository.add('service.json', JSON.stringify({ version: '1.0', features: [] } satisfies Configuration));
repository.commit('Deploy 1.0', { author: AUTHOR });

try {
  // Somebody switched the feature on and forgot its key: one in ten clients notices, for as long as the first step takes.
  await deployCanary(repository, { version: '2.0', features: ['new-auth'] });
  await deployCanary(repository, { version: '2.1', features: ['new-auth'], signingKey: 'from the vault' });
  const answer = await (await fetch(`http://127.0.0.1:${await startService(repository)}/`)).text();
  console.log(`production answers as ${answer.slice(0, 3)}: ${[...repository.log()].map(({ message }) => message.trim()).join(', ')}`);
} finally {
  for (const server of servers) server.close().closeAllConnections();
}
