/** What a user is told when a server refuses or cannot be reached: what happened, and what to do next. */
import { EXIT } from '../exit-codes.js';
import { objectOf } from './contexts.js';
import type { Server } from './server.js';
import { plainText } from './table.js';

/** Why a command of ours failed. */
export interface OwnProblem {
  readonly message: string;
  /** As the server has it, such as `REPO_NOT_FOUND`; ours are in capitals as well. */
  readonly code: string;
  readonly hint?: string | undefined;
  readonly requestId?: string | undefined;
  readonly exitCode: number;
}

/** What an error of the client says; `undefined` for errors that are none of a server. */
export async function problemOf(error: unknown, target: Promise<Server> | undefined): Promise<OwnProblem | undefined> {
  if (!(error instanceof Error) || error.name !== 'GovcApiError') return undefined;
  const server = await target;
  const { status, code, details, requestId } = error as { readonly status?: number; readonly code?: string; readonly details?: unknown; readonly requestId?: string };
  const refusal = { code: code ?? 'UNKNOWN', requestId: requestId === '' ? undefined : requestId };
  if (status === undefined || status === 0) {
    const reason = reasonOf(error);
    return {
      ...refusal, message: `cannot reach ${server?.url ?? 'the server'}${reason === '' ? '' : `: ${reason}`}`, exitCode: EXIT.fatal,
      hint: 'is it running? See the addresses with: govc context list',
    };
  }
  const sentence = `${plainText(error.message)}${detailsText(details, error.message)}`;
  const hint = hintOf(status, refusal.code, server);
  return { ...refusal, message: sentence, hint, exitCode: status >= 500 ? EXIT.fatal : EXIT.failed };
}

function hintOf(status: number, code: string, server: Server | undefined): string | undefined {
  if (server === undefined) return undefined;
  const where = server.contextName === undefined ? ` ${server.url}` : ` --context ${server.contextName}`;
  switch (true) {
    case code === 'AUTH_DISABLED':
      return `commands work without signing in; name the server with: govc context set local --server ${server.url}`;
    case code === 'INVALID_CREDENTIALS':
      return 'check the user name and the password; an administrator sets a new one with: govc user password USER';
    case status === 401 && server.proof === 'nothing':
      return `you are not logged in: run: govc auth login${where}`;
    case status === 401 && server.proofSource !== 'context':
      return `the ${server.proof === 'token' ? 'token' : 'API key'} in ${server.proofSource} has expired, was revoked, or is for another server`;
    case status === 401:
      return `you are not logged in any more: run: govc auth login${where}`;
    case status === 403:
      return 'see what you may do with: govc auth whoami';
    case code === 'REPO_NOT_FOUND':
      return 'see what there is with: govc repo list';
    case status === 429:
      return 'wait a moment, then try again';
    case status >= 500:
      return `the log of the server has more; see also: ${server.url}/health`;
    default:
      return undefined;
  }
}

/** Details as the server gives them, where they are short and the sentence does not have them. */
function detailsText(details: unknown, sentence: string): string {
  const fields = objectOf(details);
  if (fields === undefined) return '';
  const parts = Object.entries(fields).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && !sentence.includes(String(value))).map(([name, value]) => `${name} ${plainText(String(value))}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** What is beneath an error of the network: `connect ECONNREFUSED 127.0.0.1:1`. */
function reasonOf(error: Error): string {
  let deepest: unknown = error;
  for (let depth = 0; depth < 5 && deepest instanceof Error && deepest.cause !== undefined; depth++) deepest = deepest.cause;
  if (!(deepest instanceof Error)) return '';
  const { code } = deepest as { code?: unknown };
  return plainText(deepest.message === '' && typeof code === 'string' ? code : deepest.message);
}
