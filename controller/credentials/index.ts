export { CREDENTIAL_NAME, type CredentialBinding, readNameOf, type SecretBinding, type Trust } from './binding.ts';
export { bindingsOf, credentialBindingsOf } from './binding-file.ts';
export { resolveCredential, resolveReadCredential, type Credential, type SecretSources } from './resolve.ts';
export { resolveSecret, type SecretDestination } from './bound-secrets.ts';
export { forgetSecret, keepSecret } from './keep.ts';
export { readOwnSecrets } from './own-secrets.ts';
export { openSecret, readSecretKey, sealSecret } from './sealing.ts';
export { Secret } from './secret.ts';
export type { Environment, SecretPlace } from './secret-place.ts';
