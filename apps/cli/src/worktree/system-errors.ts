/** What the C library calls the errors of the system. */
const SENTENCES: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied', EPERM: 'Operation not permitted', ENOENT: 'No such file or directory', ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory', EEXIST: 'File exists', ENOTEMPTY: 'Directory not empty', ELOOP: 'Too many levels of symbolic links',
  EINVAL: 'Invalid argument', ENOSPC: 'No space left on device', EROFS: 'Read-only file system', ENAMETOOLONG: 'File name too long',
  EBUSY: 'Device or resource busy', EXDEV: 'Invalid cross-device link', EIO: 'Input/output error', EMFILE: 'Too many open files',
};

/** The sentence for a failure of files; its message where the system gave no code that is known. */
export function systemSentence(error: unknown): string {
  const { data, code, message } = error as { data?: { code?: unknown }; code?: unknown; message?: string };
  const name = data?.code ?? code;
  return (typeof name === 'string' ? SENTENCES[name] : undefined) ?? message ?? String(error);
}
