/** Every implementation of id sets keeps the whole contract, and gives the reference's answers. */
import { idSetSuite } from "waxwing/testing";
import { avaReport } from "../support/ava-report.js";
import { createReferenceIdSets, idSetMakers } from "../support/id-sets.js";

for (const { name, make } of idSetMakers) idSetSuite(make, createReferenceIdSets, avaReport(name));
