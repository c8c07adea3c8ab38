import { quotePath } from '@govc/core/plumbing';

/** A path in quotes where it holds something that needs them. */
export function quotePathC(path: string, quoteNonAscii = true): string {
  return quotePath(path, { quoteNonAscii });
}
