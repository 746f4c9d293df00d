"""Sealed employment certificates: payload, signature, print, seal, verification. Free of Django.

| module        | what it gives                                                                               |
|---------------|---------------------------------------------------------------------------------------------|
| `model`       | `Certificate`, `Person`, `Employer`, `Work`, `MonthRow`, `TotalRow`, `Variant`, `Basis`     |
| `payload`     | CWT claims of each variant: `seal_variants`, `open_certificate`, `decode_claims`            |
| `disclosure`  | one root over salted facts: `record_root`, `disclose`, `open_disclosure`                    |
| `cose`        | strict COSE_Sign1: `encode_sign1`, `decode_sign1`, `verify_sign1`                           |
| `qr_text`     | `EAC1:` + base45(zlib(CWT)): `encode_qr_text`, `decode_qr_text`                             |
| `qr`          | `sealed_symbol` (42 mm and more), `address_symbol` (20 mm)                                  |
| `printed`     | how figures are printed; shared by the print and by the verifier                            |
| `fonts`       | own fonts only; `require_glyphs` refuses a letter that none of them has                     |
| `document`    | `Form`, `render_certificate`: tagged PDF/A-3a by typst                                      |
| `seal`        | `seal_pdf`, `read_seals`, `timestamper_for`: PAdES B-B and B-T                              |
| `keys`        | `Signer` protocol, `LocalSigner`, keys encrypted at rest, X.509 of an organisation          |
| `tokens`      | keys inside a PKCS#11 device: `Token`, `TokenSigner`                                        |
| `gost`        | national seals through openssl: `Engine`, `GostSigner`                                      |
| `self_issued` | X.509 of a key that cannot be handed to a library                                           |
| `issuing`     | `prepare_issue`, `prove_issue`, `print_variant`: the three steps of an issue                |
| `status_list` | `Status`, `StatusList`: token status list of two bits                                       |
| `trust`       | `Trust` protocol and its answers: `IssuerKey`, `Authority`, `RegisterEntry`, `BlankState`   |
| `reading`     | finds certificates in text, PDF, PNG, JPEG                                                  |
| `comparing`   | every printed line held against the sealed one                                              |
| `verify`      | `verify(data, trust, at=…)` and `verify_cwt(…)` give a `Verdict`                            |
| `bundle`      | `sign_bundle`, `open_bundle`: trust in one signed file for offices without network          |
| `sd_jwt`      | SD-JWT VC, the wallet copy: `issue_sd_jwt`, `present`, `bind_key`, `verify_sd_jwt`          |
| `errors`      | errors with stable codes and values, for sentences in the reader's language                 |

An issue, end to end::

    issue = prepare_issue(record, seed=secrets.token_bytes(32), signer=payload_signer)
    index = log.append(issue.leaf.encode())
    checkpoint = Checkpoint(origin, log.size, log.root()).sign(log_signer)
    proof = prove_issue(issue, index=index, path=log.inclusion_proof(index), checkpoint=checkpoint)
    pdf = print_variant(issue, Variant.FULL, issuer_name=…, url=…, seal=seal, proof=proof)
    verdict = verify(pdf, trust, at=now)

Every byte that leaves this room is described in docs/certificate-format.md.
"""
