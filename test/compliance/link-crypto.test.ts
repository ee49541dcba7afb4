/** The link-crypto contract over @noble, and over what this runtime has of its own, which must give the same. */
import { loadLinkCrypto } from "waxwing";
import { linkCryptoSuite } from "waxwing/testing";
import { avaReport } from "../support/ava-report.js";

const report = avaReport("link-crypto");
const noble = await loadLinkCrypto({ portable: true });
const runtime = await loadLinkCrypto();

linkCryptoSuite("noble", noble, report);
linkCryptoSuite("runtime", runtime, report, noble);
