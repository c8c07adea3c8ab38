/** Programs by Node's own module. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { GovcError } from '../errors.js';
import type { ProgramRunner, RunningProgram } from './program.js';

/**
 * Starts programs of this machine.
 *
 * @param environment what they inherit
 */
export function createNodeProgramRunner(environment: Readonly<Record<string, string | undefined>>): ProgramRunner {
  return ({ usesShell, command, arguments: args, environment: added, onError }) => new Promise((resolve, reject) => {
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries({ ...environment, ...added })) if (value !== undefined) env[name] = value;
    // The shell gets the words as its own arguments, so that none of them is read as a command.
    const [program, words] = usesShell ? ['/bin/sh', ['-c', args.length === 0 ? command : `${command} "$@"`, command, ...args]] : [command, [...args]];
    const child = spawn(program, words, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.once('error', (error) => {
      reject(new GovcError('remote-failed', `cannot run ${command}: ${error.message}`, { command }, { cause: error }));
    });
    child.stderr.on('data', onError);
    // A program that ended does not read; who writes is told by `write`.
    child.stdin.on('error', () => undefined);
    const exit = new Promise<number>((done) => {
      child.once('close', (code, signal) => {
        done(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
    child.once('spawn', () => {
      const running: RunningProgram = {
        write: (bytes) => new Promise((done, fail) => {
          child.stdin.write(bytes, (error) => {
            if (error === undefined || error === null) done();
            else fail(error);
          });
        }),
        endInput: () => {
          child.stdin.end();
          // Nobody reads what it still says; it must not wait for that.
          child.stdout.resume();
        },
        stdout: child.stdout,
        exit,
        kill: () => {
          child.kill();
        },
      };
      resolve(running);
    });
  });
}
