export { CREDENTIAL_NAME, type CredentialBinding, type Trust } from './binding.ts';
export { credentialBindingsOf } from './binding-file.ts';
export { readableCredentials, resolveCredential, type Credential, type SecretSources } from './resolve.ts';
export { forgetSecret, keepSecret } from './keep.ts';
export { openSecret, readSecretKey, sealSecret } from './sealing.ts';
export { Secret } from './secret.ts';
export type { Environment, SecretPlace } from './secret-place.ts';
