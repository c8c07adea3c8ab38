import { Contract } from './contract.js';
import { ask as plainAsk, type JsonAnswer } from './harness.js';
import type { RunningServer } from '../src/server.js';

const contracts = new WeakMap<RunningServer, Promise<Contract>>();

/** As `ask` of the harness; what the server takes and answers must be what its OpenAPI document says of the route. */
export async function ask(server: RunningServer, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<JsonAnswer> {
  const answer = await plainAsk(server, method, path, body, headers);
  if (answer.status >= 300) return answer;
  if (!contracts.has(server)) contracts.set(server, readContract(server));
  const type = (of: Headers): string | undefined => of.get('content-type')?.split(';', 1)[0];
  (await contracts.get(server)!).check({
    method, url: new URL(path, server.url), status: answer.status,
    requestType: body === undefined ? undefined : 'application/json', requestBody: body,
    answerType: type(answer.headers), answerBody: answer.body,
  });
  return answer;
}

async function readContract(server: RunningServer): Promise<Contract> {
  return new Contract((await plainAsk(server, 'GET', '/openapi.json')).body);
}
