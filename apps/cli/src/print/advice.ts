import type { Session } from '../session/session.js';

/** Prints a hint unless the user has turned it off (`advice.<name>`). */
export function advise(session: Pick<Session, 'io' | 'config'>, name: string, text: string): void {
  if (!session.config.getBool(`advice.${name}`, true)) return;
  session.io.stderr.write(text.split('\n').map((line) => (line === '' ? 'hint:\n' : `hint: ${line}\n`)).join(''));
}
