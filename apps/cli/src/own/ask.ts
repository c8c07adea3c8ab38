/** Asking a person for a secret: by standard input, or on the terminal, which shows nothing of it. */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { readAll } from '../print/output.js';
import { askTerminal } from '../remote/credentials.js';
import type { CommandIo } from '../io.js';

/** Longer secrets are a file that was sent by mistake. */
const SECRET_SIZE_MAX = 16 * 1024;

/** The secret that standard input holds: its first line. @throws {Failure} there is none */
export async function readSecretFromInput(io: CommandIo, what: string): Promise<string> {
  const bytes = await readAll(io.stdin as AsyncIterable<Uint8Array>);
  if (bytes.length > SECRET_SIZE_MAX) throw new Failure(`fatal: standard input holds more than a ${what}\n`, EXIT.fatal);
  const [line = ''] = new TextDecoder().decode(bytes).split(/\r?\n/);
  if (line === '') throw new Failure(`fatal: standard input holds no ${what}\n`, EXIT.fatal);
  return line;
}

/** What a person answers on the terminal. @throws {Failure} nobody can be asked, or gave nothing */
export async function askPerson(io: CommandIo, prompt: string, how: string): Promise<string> {
  const answer = await askTerminal(io, prompt);
  if (io.signal.aborted) throw new Failure('', 130);
  if (answer === undefined || answer === '') throw new Failure(`fatal: there is no terminal to ask at; ${how}\n`, EXIT.fatal);
  return answer;
}

/** A password that a person chooses: typed twice where it is typed. */
export async function readNewPassword(io: CommandIo, fromInput: boolean): Promise<string> {
  if (fromInput) return readSecretFromInput(io, 'password');
  const how = 'send the password with --password-stdin';
  const password = await askPerson(io, 'Password (new): ', how);
  if ((await askPerson(io, 'Password (again): ', how)) !== password) throw new Failure('fatal: the two passwords differ\n', EXIT.fatal);
  return password;
}
