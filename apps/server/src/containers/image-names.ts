import { isImageName, isTag, splitImageReference } from '@govc/containers';

import { ServerError } from '../errors.js';

/** An image under a name and a tag. */
export interface ImageTag {
  readonly name: string;
  readonly tag: string;
}

/** The name under which the images of a repository are: its id in small letters; more may follow after a slash. */
export function imageNameOf(repositoryId: string): string {
  return repositoryId.toLowerCase();
}

/**
 * Where a build is to put its image: a tag, or a name of the repository with a tag.
 *
 * @throws {ServerError} request-invalid
 */
export function parseImageTag(text: string, repositoryId: string): ImageTag {
  const own = imageNameOf(repositoryId);
  const { name, reference: tag } = isTag(text) ? { name: own, reference: text } : splitImageReference(text);
  const isOwn = name === own || name.startsWith(`${own}/`);
  if (isOwn && isImageName(name) && isTag(tag)) return { name, tag };
  throw new ServerError('request-invalid', `An image of this repository is tagged as "${own}:TAG", "${own}/NAME:TAG" or "TAG", not as "${text.slice(0, 200)}".`, {
    place: 'body', path: '/tags',
  });
}

/** The repository whose images have such names: the longest id that begins the name. */
export function repositoryOfImage(name: string, ids: readonly string[]): string | undefined {
  const fits = ids.filter((id) => name === imageNameOf(id) || name.startsWith(`${imageNameOf(id)}/`));
  return fits.sort((one, other) => other.length - one.length)[0];
}
