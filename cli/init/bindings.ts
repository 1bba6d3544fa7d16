/** credentials.yaml of a new state folder: where the password of the first router comes from. */
export const BINDINGS = `# Which password goes where. It stays on this machine: Git never sees this file.
credentials:
  - name: fleet
    # The user on the routers; "rosctl doctor --commands" prints how to make it.
    username: gitops
    # An environment variable; or {file: /absolute/path}; or {store: true} and: rosctl credentials set fleet
    from: {env: ROUTER_PASSWORD}
    # The only addresses that it is sent to. Put your routers here.
    hosts: [192.0.2.1]
    # verify: a certificate of a trusted CA; pinned: also one whose fingerprint stands in spec.tls
    tls: pinned
    # A second user that can write nothing, for rosctl read and rosctl diagnose; the same command prints how to make it.
    # read: {username: gitops-read, from: {env: ROUTER_READ_PASSWORD}}
`;

/** The same for the example fleet, whose routers are simulated. */
export const SIMULATED = `# Which password goes where. It stays on this machine: Git never sees this file.
credentials:
  - name: lab
    username: gitops
    from: {env: ROUTER_PASSWORD}
    hosts: [127.0.0.1]
    read: {username: gitops-read, from: {env: ROUTER_PASSWORD}}
    # Only lab devices may be declared so.
    tls: insecure
  - name: fleet
    username: gitops
    from: {env: ROUTER_PASSWORD}
    hosts: [127.0.0.1]
    read: {username: gitops-read, from: {env: ROUTER_PASSWORD}}
`;
