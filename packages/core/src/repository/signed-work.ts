import { latin1FromBytes } from '../bytes/text.js';
import { GovcError, hasCode } from '../errors.js';
import type { Reality } from './reality.js';
import type { ImmediateSigner, Signer } from './sign.js';

/**
 * Runs work that signs on a fork and publishes it, with a signer that has to wait. What the work asks for and is not signed yet ends the
 * run; it begins anew when that is signed. What is given to be signed depends on nothing but the fork, so runs go the same way as far as
 * signatures are known.
 *
 * @param fork a new reality each time, whose clock stands still
 * @throws {GovcError} signature-failed, and what `work` or publishing throws
 */
export async function runSigned<T>(
  fork: () => Reality, signer: Signer, work: (reality: Reality, signer: ImmediateSigner) => T,
): Promise<T> {
  const known = new Map<string, Uint8Array>();
  for (;;) {
    const wanted: { readonly key: string; readonly payload: Uint8Array }[] = [];
    const signNow = (payload: Uint8Array): Uint8Array => {
      const key = latin1FromBytes(payload);
      const signature = known.get(key);
      if (signature !== undefined) return signature;
      wanted.push({ key, payload });
      throw new GovcError('signature-failed', 'The signature has to be waited for; the work begins anew when it is there.', {});
    };
    const reality = fork();
    try {
      const result = work(reality, { signNow });
      reality.publish();
      return result;
    } catch (error) {
      if (wanted.length === 0 || !hasCode(error, 'signature-failed')) throw error;
    } finally {
      reality.discard();
    }
    for (const { key, payload } of wanted) known.set(key, await signer.sign(payload));
  }
}
