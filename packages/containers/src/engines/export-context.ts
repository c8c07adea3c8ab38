import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { BuildContext } from '../assemble/context.js';
import { ContainersError } from '../errors.js';

/**
 * Writes a context to an empty folder for an engine. Its paths were checked when it was opened: none leads through a link.
 *
 * @throws {ContainersError} build-cancelled
 */
export async function exportContext(context: BuildContext, path: string, signal: AbortSignal): Promise<void> {
  await mkdir(path, { recursive: true });
  const folders = new Set<string>(['.']);
  for (const [name, { kind, isExecutable }] of context.files) {
    if (signal.aborted) throw new ContainersError('build-cancelled', 'The build was cancelled.');
    const folder = dirname(name);
    if (!folders.has(folder)) await mkdir(join(path, folder), { recursive: true });
    folders.add(folder);
    const content = context.read(name);
    if (kind === 'link') {
      await symlink(Buffer.from(content), join(path, name));
      continue;
    }
    const mode = isExecutable ? 0o755 : 0o644;
    await writeFile(join(path, name), content, { flag: 'wx', mode });
    // What the process is told to mask must not change the image.
    await chmod(join(path, name), mode);
  }
}
