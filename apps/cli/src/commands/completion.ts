/** `govc completion`: command lines that a shell completes. */
import type { Command } from '../command.js';
import type { Tables } from '../own/candidates.js';
import { complete, completionText } from '../own/complete.js';
import { COMPLETION_SCRIPTS } from '../own/completion-scripts.js';
import { runOwn } from '../own/run-own.js';
import type { Call, Outcome, OwnCommand, Verb } from '../own/verb.js';

function script(shell: keyof typeof COMPLETION_SCRIPTS, how: string): Verb {
  const text = COMPLETION_SCRIPTS[shell];
  return {
    name: shell, summary: `Print what ${shell} needs to complete command lines`, isLocal: true, details: `To use it: ${how}`,
    run: async () => ({ data: { shell, script: text }, text: () => text }),
  };
}

/** What it does, for these commands. */
function makeCompletion(tables: Tables): OwnCommand {
  const completeWords = async ({ context, operands }: Call): Promise<Outcome> => {
    const found = await complete(context, tables, { words: operands.slice(0, -1), current: operands.at(-1) ?? '' });
    return { data: { candidates: found.candidates, fallback: found.fallback ?? null }, text: () => completionText(found) };
  };
  return {
    name: 'completion',
    summary: 'Have a shell complete command lines of govc',
    verbs: [
      script('bash', 'eval "$(govc completion bash)", in ~/.bashrc'),
      script('zsh', 'eval "$(govc completion zsh)", in ~/.zshrc after compinit'),
      script('fish', 'govc completion fish | source, in ~/.config/fish/config.fish'),
      {
        name: 'words', summary: 'Say what may follow these words; this is what the shells ask', run: completeWords, isLocal: true,
        operands: [{ name: 'WORD', subject: 'words', count: 'any' }],
      },
    ],
  };
}

/** What it does, as a description. */
export const COMPLETION = makeCompletion({ commands: {}, own: {} });

/** `govc completion`, about the commands of tables. */
export function completionCommand(tables: Tables): Command {
  return runOwn(makeCompletion(tables));
}
