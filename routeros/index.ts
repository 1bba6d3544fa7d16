export { CATALOGUE, menuOf, menusOfSection, sectionOfMenu } from './catalogue/catalogue.ts';
export { isFixed, setsInPlace } from './catalogue/in-place.ts';
export { impliedFields, matchOf, refersToItself } from './catalogue/match.ts';
export type { Claim, Codec, Field, Menu, MenuPath, PathEffect, PathEffects, Row, Version } from './catalogue/menu.ts';
export { NAMED_ELSEWHERE, type NamingFields } from './catalogue/named-elsewhere.ts';
export { namesInValue, namingFields, wayBack } from './catalogue/named.ts';
export { configuredRows, COUNTED_PROPERTIES, OTHER_MENUS } from './catalogue/other-menus.ts';
export { compareVersions, fieldAvailable, formatVersion, menuAvailable, parseVersion } from './catalogue/version.ts';
export {
  declaredSection,
  type DeclaredSection,
  isAtDefaults,
  type Item,
  type LeftOutProperty,
  type MenuRows,
  type RefusedRow,
  type SecretNames,
} from './export/declared-section.ts';
export { EXPORTED_MENUS, exportedState, type ExportedState } from './export/exported-state.ts';
export { type ExportedRow, type ExportFault, readExport, type RouterExport } from './export/read-export.ts';
export { SECTIONS } from './generated/sections.ts';
export { ROUTER_FAILURES, type RouterFailureCode } from './failures.ts';
export { parseBulkResult, singleScript, type BulkResult } from './script/bulk.ts';
export { addedFields, bulkAdds, bulkRemoves, bulkSets, type RowToSet, shapeOf } from './script/bulk-rows.ts';
export { consoleCommand, type ConsoleChange } from './script/console-command.ts';
export { copyRowScript } from './script/copy-row.ts';
export type { EmptyBefore } from './script/clear.ts';
export { packedScripts } from './script/packed.ts';
export { ALIKE_FROM, type RestoreStatement, restoreStatements, type StateToRestore } from './script/restore.ts';
export type { RowsToRestore } from './script/restore-row.ts';
export { restoreFault, type ScriptFault, writeFault } from './script/script-fault.ts';
export { addCommand, addStatement, findWhere, removeStatement, setCommand, setStatement } from './script/statements.ts';
export { fitsJson, MAX_SCRIPT_BYTES, quote, scriptSizeBytes } from './script/text.ts';
export { fieldsOf, partOf, rowsOf, type RowsResult, type SectionRow } from './sections/rows-of.ts';
export {
  placeOfProperty,
  sectionParts,
  type Section,
  type SectionFault,
  type SectionMenu,
  sectionOf,
  sectionOfLists,
  sectionTitle,
  type YamlKind,
} from './sections/section.ts';
export { CUT } from './secrets/cut.ts';
export { secretRefIn, secretRefText } from './secrets/secret-ref.ts';
export { SET_SECRET } from './secrets/set-secret.ts';
export { holdsSecret, makeOwnSecrets, type OwnSecrets } from './secrets/own-secrets.ts';
export { addressListEntryCodec, type AddressListEntry } from './values/address-list-entry.ts';
export { booleanCodec } from './values/boolean.ts';
export { canonical, canonicalLive } from './values/canonical.ts';
export { clientIdCodec } from './values/client-id.ts';
export { domainNameCodec } from './values/domain-name.ts';
export { durationCodec } from './values/duration.ts';
export { enumCodec } from './values/enum.ts';
export { forwarderCodec } from './values/forwarder.ts';
export { hexIntegerCodec } from './values/hex-integer.ts';
export { hostCodec, type Host } from './values/host.ts';
export { httpsUrlCodec } from './values/https-url.ts';
export { integerCodec } from './values/integer.ts';
export { InvalidValue } from './values/invalid-value.ts';
export { ipCodec, type Ip } from './values/ip.ts';
export { holdsAddress, ipRangeCodec, readRange, type IpRange } from './values/ip-range.ts';
export { ipv4Codec, type Ipv4 } from './values/ipv4.ts';
export { ipv6Codec, type Ipv6 } from './values/ipv6.ts';
export { kibibytesCodec } from './values/kibibytes.ts';
export { leaseAddressCodec, poolsIn } from './values/lease-address.ts';
export { listOf, setOf } from './values/list.ts';
export { macCodec } from './values/mac.ts';
export { prefixCodec, readPrefix, type HostBits, type Prefix } from './values/prefix.ts';
export { recordNameCodec } from './values/record-name.ts';
export { regexpCodec } from './values/regexp.ts';
export { commentCodec, nonEmptyTextCodec, textCodec } from './values/text.ts';
export { dnsServerCodec, ntpServerCodec, type InVrf } from './values/with-vrf.ts';
export { wordOr } from './values/word-or.ts';
