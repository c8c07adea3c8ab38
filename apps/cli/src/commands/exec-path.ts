import type { Command } from '../command.js';

/** `git --exec-path`, `--html-path`, `--man-path`, `--info-path`. */
export const execPathCommand: Command = async (args, { io }) => {
  const folders: Readonly<Record<string, string>> = {
    '--exec-path': io.env['GIT_EXEC_PATH'] ?? '/usr/libexec/git-core', '--html-path': '/usr/share/doc/git-doc', '--man-path': '/usr/share/man',
    '--info-path': '/usr/share/info',
  };
  io.stdout.write(`${folders[args[0] ?? ''] ?? ''}\n`);
  return 0;
};
