/** For what credentials are wanted (git-credential, "INPUT/OUTPUT FORMAT"). */
export interface CredentialQuestion {
  readonly protocol: string;
  /** With the port where one is given. */
  readonly host: string;
  /** Only where `credential.useHttpPath` is set. */
  readonly path: string | undefined;
  readonly username: string | undefined;
}

/** A name and password. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** Knows credentials, or asks a person. */
export interface CredentialSource {
  /** `undefined`: there are none, and nobody to ask. */
  fill(question: CredentialQuestion): Promise<Credential | undefined>;
  /** They were accepted, and may be kept. */
  approve(question: CredentialQuestion, credential: Credential): Promise<void>;
  /** They were refused, and must not be given again. */
  reject(question: CredentialQuestion, credential: Credential): Promise<void>;
}
