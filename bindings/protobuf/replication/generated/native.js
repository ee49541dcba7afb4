/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const waxwing = $root.waxwing = (() => {

    /**
     * Namespace waxwing.
     * @exports waxwing
     * @namespace
     */
    const waxwing = {};

    waxwing.replication = (function() {

        /**
         * Namespace replication.
         * @memberof waxwing
         * @namespace
         */
        const replication = {};

        replication.NativeMessage = (function() {

            /**
             * Properties of a NativeMessage.
             * @typedef {Object} waxwing.replication.NativeMessage.$Properties
             * @property {string|null} [kind] NativeMessage kind
             * @property {waxwing.replication.Summary.$Properties|null} [summary] NativeMessage summary
             * @property {waxwing.replication.Want.$Properties|null} [diff] NativeMessage diff
             * @property {waxwing.replication.Want.$Properties|null} [fetch] NativeMessage fetch
             * @property {waxwing.replication.Deliver.$Properties|null} [deliver] NativeMessage deliver
             * @property {waxwing.replication.Pull.$Properties|null} [pull] NativeMessage pull
             * @property {waxwing.replication.CursorPull.$Properties|null} [cursorPull] NativeMessage cursorPull
             * @property {"summary"|"diff"|"fetch"|"deliver"|"pull"|"cursorPull"} [body] NativeMessage body
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a NativeMessage.
             * @memberof waxwing.replication
             * @interface INativeMessage
             * @augments waxwing.replication.NativeMessage.$Properties
             * @deprecated Use waxwing.replication.NativeMessage.$Properties instead.
             */

            /**
             * Narrowed shape of a NativeMessage.
             * @typedef {{
             *   kind?: string|null;
             *   summary?: waxwing.replication.Summary.$Shape|null;
             *   diff?: waxwing.replication.Want.$Shape|null;
             *   fetch?: waxwing.replication.Want.$Shape|null;
             *   deliver?: waxwing.replication.Deliver.$Shape|null;
             *   pull?: waxwing.replication.Pull.$Shape|null;
             *   cursorPull?: waxwing.replication.CursorPull.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ body?: undefined; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null }|{ body?: "summary"; summary: waxwing.replication.Summary.$Shape; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null }|{ body?: "diff"; summary?: null; diff: waxwing.replication.Want.$Shape; fetch?: null; deliver?: null; pull?: null; cursorPull?: null }|{ body?: "fetch"; summary?: null; diff?: null; fetch: waxwing.replication.Want.$Shape; deliver?: null; pull?: null; cursorPull?: null }|{ body?: "deliver"; summary?: null; diff?: null; fetch?: null; deliver: waxwing.replication.Deliver.$Shape; pull?: null; cursorPull?: null }|{ body?: "pull"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull: waxwing.replication.Pull.$Shape; cursorPull?: null }|{ body?: "cursorPull"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull: waxwing.replication.CursorPull.$Shape })
             * )} waxwing.replication.NativeMessage.$Shape
             */

            /**
             * Constructs a new NativeMessage.
             * @memberof waxwing.replication
             * @classdesc Represents a NativeMessage.
             * @constructor
             * @param {waxwing.replication.NativeMessage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const NativeMessage = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * NativeMessage kind.
             * @member {string} kind
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.kind = "";

            /**
             * NativeMessage summary.
             * @member {waxwing.replication.Summary.$Properties|null|undefined} summary
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.summary = null;

            /**
             * NativeMessage diff.
             * @member {waxwing.replication.Want.$Properties|null|undefined} diff
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.diff = null;

            /**
             * NativeMessage fetch.
             * @member {waxwing.replication.Want.$Properties|null|undefined} fetch
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.fetch = null;

            /**
             * NativeMessage deliver.
             * @member {waxwing.replication.Deliver.$Properties|null|undefined} deliver
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.deliver = null;

            /**
             * NativeMessage pull.
             * @member {waxwing.replication.Pull.$Properties|null|undefined} pull
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.pull = null;

            /**
             * NativeMessage cursorPull.
             * @member {waxwing.replication.CursorPull.$Properties|null|undefined} cursorPull
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.cursorPull = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * NativeMessage body.
             * @member {"summary"|"diff"|"fetch"|"deliver"|"pull"|"cursorPull"|undefined} body
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            $Object.defineProperty(NativeMessage.prototype, "body", {
                get: $util.oneOfGetter($oneOfFields = ["summary", "diff", "fetch", "deliver", "pull", "cursorPull"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new NativeMessage instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.NativeMessage
             * @static
             * @param {waxwing.replication.NativeMessage.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.NativeMessage} NativeMessage instance
             * @type {{
             *   (properties: waxwing.replication.NativeMessage.$Shape): waxwing.replication.NativeMessage & waxwing.replication.NativeMessage.$Shape;
             *   (properties?: waxwing.replication.NativeMessage.$Properties): waxwing.replication.NativeMessage;
             * }}
             */
            NativeMessage.create = function(properties) {
                return new NativeMessage(properties);
            };

            /**
             * Encodes the specified NativeMessage message. Does not implicitly {@link waxwing.replication.NativeMessage.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.NativeMessage
             * @static
             * @param {waxwing.replication.NativeMessage.$Properties} message NativeMessage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            NativeMessage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.kind);
                if (message.summary != null && $Object.hasOwnProperty.call(message, "summary"))
                    $root.waxwing.replication.Summary.encode(message.summary, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.diff != null && $Object.hasOwnProperty.call(message, "diff"))
                    $root.waxwing.replication.Want.encode(message.diff, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.fetch != null && $Object.hasOwnProperty.call(message, "fetch"))
                    $root.waxwing.replication.Want.encode(message.fetch, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.deliver != null && $Object.hasOwnProperty.call(message, "deliver"))
                    $root.waxwing.replication.Deliver.encode(message.deliver, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.pull != null && $Object.hasOwnProperty.call(message, "pull"))
                    $root.waxwing.replication.Pull.encode(message.pull, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.cursorPull != null && $Object.hasOwnProperty.call(message, "cursorPull"))
                    $root.waxwing.replication.CursorPull.encode(message.cursorPull, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a NativeMessage message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.NativeMessage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.NativeMessage & waxwing.replication.NativeMessage.$Shape} NativeMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            NativeMessage.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.NativeMessage();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.summary = $root.waxwing.replication.Summary.decode(reader, reader.size(), $undefined, _depth + 1, message.summary);
                            message.body = "summary";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.diff = $root.waxwing.replication.Want.decode(reader, reader.size(), $undefined, _depth + 1, message.diff);
                            message.body = "diff";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.fetch = $root.waxwing.replication.Want.decode(reader, reader.size(), $undefined, _depth + 1, message.fetch);
                            message.body = "fetch";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.deliver = $root.waxwing.replication.Deliver.decode(reader, reader.size(), $undefined, _depth + 1, message.deliver);
                            message.body = "deliver";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.pull = $root.waxwing.replication.Pull.decode(reader, reader.size(), $undefined, _depth + 1, message.pull);
                            message.body = "pull";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.cursorPull = $root.waxwing.replication.CursorPull.decode(reader, reader.size(), $undefined, _depth + 1, message.cursorPull);
                            message.body = "cursorPull";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return NativeMessage;
        })();

        replication.Summary = (function() {

            /**
             * Properties of a Summary.
             * @typedef {Object} waxwing.replication.Summary.$Properties
             * @property {Uint8Array|null} [refs] Summary refs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Summary.
             * @memberof waxwing.replication
             * @interface ISummary
             * @augments waxwing.replication.Summary.$Properties
             * @deprecated Use waxwing.replication.Summary.$Properties instead.
             */

            /**
             * Shape of a Summary.
             * @typedef {waxwing.replication.Summary.$Properties} waxwing.replication.Summary.$Shape
             */

            /**
             * Constructs a new Summary.
             * @memberof waxwing.replication
             * @classdesc Represents a Summary.
             * @constructor
             * @param {waxwing.replication.Summary.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Summary = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Summary refs.
             * @member {Uint8Array} refs
             * @memberof waxwing.replication.Summary
             * @instance
             */
            Summary.prototype.refs = $util.newBuffer([]);

            /**
             * Creates a new Summary instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Summary
             * @static
             * @param {waxwing.replication.Summary.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Summary} Summary instance
             * @type {{
             *   (properties: waxwing.replication.Summary.$Shape): waxwing.replication.Summary & waxwing.replication.Summary.$Shape;
             *   (properties?: waxwing.replication.Summary.$Properties): waxwing.replication.Summary;
             * }}
             */
            Summary.create = function(properties) {
                return new Summary(properties);
            };

            /**
             * Encodes the specified Summary message. Does not implicitly {@link waxwing.replication.Summary.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Summary
             * @static
             * @param {waxwing.replication.Summary.$Properties} message Summary message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Summary.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.refs != null && $Object.hasOwnProperty.call(message, "refs") && message.refs.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.refs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Summary message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Summary
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Summary & waxwing.replication.Summary.$Shape} Summary
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Summary.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Summary();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.refs = value;
                            else
                                delete message.refs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Summary;
        })();

        replication.Want = (function() {

            /**
             * Properties of a Want.
             * @typedef {Object} waxwing.replication.Want.$Properties
             * @property {Uint8Array|null} [hashes] Want hashes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Want.
             * @memberof waxwing.replication
             * @interface IWant
             * @augments waxwing.replication.Want.$Properties
             * @deprecated Use waxwing.replication.Want.$Properties instead.
             */

            /**
             * Shape of a Want.
             * @typedef {waxwing.replication.Want.$Properties} waxwing.replication.Want.$Shape
             */

            /**
             * Constructs a new Want.
             * @memberof waxwing.replication
             * @classdesc Represents a Want.
             * @constructor
             * @param {waxwing.replication.Want.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Want = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Want hashes.
             * @member {Uint8Array} hashes
             * @memberof waxwing.replication.Want
             * @instance
             */
            Want.prototype.hashes = $util.newBuffer([]);

            /**
             * Creates a new Want instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Want
             * @static
             * @param {waxwing.replication.Want.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Want} Want instance
             * @type {{
             *   (properties: waxwing.replication.Want.$Shape): waxwing.replication.Want & waxwing.replication.Want.$Shape;
             *   (properties?: waxwing.replication.Want.$Properties): waxwing.replication.Want;
             * }}
             */
            Want.create = function(properties) {
                return new Want(properties);
            };

            /**
             * Encodes the specified Want message. Does not implicitly {@link waxwing.replication.Want.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Want
             * @static
             * @param {waxwing.replication.Want.$Properties} message Want message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Want.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.hashes != null && $Object.hasOwnProperty.call(message, "hashes") && message.hashes.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.hashes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Want message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Want
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Want & waxwing.replication.Want.$Shape} Want
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Want.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Want();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.hashes = value;
                            else
                                delete message.hashes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Want;
        })();

        replication.Deliver = (function() {

            /**
             * Properties of a Deliver.
             * @typedef {Object} waxwing.replication.Deliver.$Properties
             * @property {Uint8Array|null} [lengths] Deliver lengths
             * @property {Uint8Array|null} [records] Deliver records
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Deliver.
             * @memberof waxwing.replication
             * @interface IDeliver
             * @augments waxwing.replication.Deliver.$Properties
             * @deprecated Use waxwing.replication.Deliver.$Properties instead.
             */

            /**
             * Shape of a Deliver.
             * @typedef {waxwing.replication.Deliver.$Properties} waxwing.replication.Deliver.$Shape
             */

            /**
             * Constructs a new Deliver.
             * @memberof waxwing.replication
             * @classdesc Represents a Deliver.
             * @constructor
             * @param {waxwing.replication.Deliver.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Deliver = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Deliver lengths.
             * @member {Uint8Array} lengths
             * @memberof waxwing.replication.Deliver
             * @instance
             */
            Deliver.prototype.lengths = $util.newBuffer([]);

            /**
             * Deliver records.
             * @member {Uint8Array} records
             * @memberof waxwing.replication.Deliver
             * @instance
             */
            Deliver.prototype.records = $util.newBuffer([]);

            /**
             * Creates a new Deliver instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Deliver
             * @static
             * @param {waxwing.replication.Deliver.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Deliver} Deliver instance
             * @type {{
             *   (properties: waxwing.replication.Deliver.$Shape): waxwing.replication.Deliver & waxwing.replication.Deliver.$Shape;
             *   (properties?: waxwing.replication.Deliver.$Properties): waxwing.replication.Deliver;
             * }}
             */
            Deliver.create = function(properties) {
                return new Deliver(properties);
            };

            /**
             * Encodes the specified Deliver message. Does not implicitly {@link waxwing.replication.Deliver.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Deliver
             * @static
             * @param {waxwing.replication.Deliver.$Properties} message Deliver message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Deliver.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.lengths != null && $Object.hasOwnProperty.call(message, "lengths") && message.lengths.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.lengths);
                if (message.records != null && $Object.hasOwnProperty.call(message, "records") && message.records.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.records);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Deliver message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Deliver
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Deliver & waxwing.replication.Deliver.$Shape} Deliver
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Deliver.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Deliver();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.lengths = value;
                            else
                                delete message.lengths;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.records = value;
                            else
                                delete message.records;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Deliver;
        })();

        replication.Pull = (function() {

            /**
             * Properties of a Pull.
             * @typedef {Object} waxwing.replication.Pull.$Properties
             * @property {string|null} [subjectKeyId] Pull subjectKeyId
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Pull.
             * @memberof waxwing.replication
             * @interface IPull
             * @augments waxwing.replication.Pull.$Properties
             * @deprecated Use waxwing.replication.Pull.$Properties instead.
             */

            /**
             * Shape of a Pull.
             * @typedef {waxwing.replication.Pull.$Properties} waxwing.replication.Pull.$Shape
             */

            /**
             * Constructs a new Pull.
             * @memberof waxwing.replication
             * @classdesc Represents a Pull.
             * @constructor
             * @param {waxwing.replication.Pull.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Pull = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Pull subjectKeyId.
             * @member {string} subjectKeyId
             * @memberof waxwing.replication.Pull
             * @instance
             */
            Pull.prototype.subjectKeyId = "";

            /**
             * Creates a new Pull instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Pull
             * @static
             * @param {waxwing.replication.Pull.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Pull} Pull instance
             * @type {{
             *   (properties: waxwing.replication.Pull.$Shape): waxwing.replication.Pull & waxwing.replication.Pull.$Shape;
             *   (properties?: waxwing.replication.Pull.$Properties): waxwing.replication.Pull;
             * }}
             */
            Pull.create = function(properties) {
                return new Pull(properties);
            };

            /**
             * Encodes the specified Pull message. Does not implicitly {@link waxwing.replication.Pull.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Pull
             * @static
             * @param {waxwing.replication.Pull.$Properties} message Pull message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Pull.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.subjectKeyId != null && $Object.hasOwnProperty.call(message, "subjectKeyId") && message.subjectKeyId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.subjectKeyId);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Pull message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Pull
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Pull & waxwing.replication.Pull.$Shape} Pull
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Pull.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Pull();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.subjectKeyId = value;
                            else
                                delete message.subjectKeyId;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Pull;
        })();

        replication.CursorPull = (function() {

            /**
             * Properties of a CursorPull.
             * @typedef {Object} waxwing.replication.CursorPull.$Properties
             * @property {string|null} [since] CursorPull since
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CursorPull.
             * @memberof waxwing.replication
             * @interface ICursorPull
             * @augments waxwing.replication.CursorPull.$Properties
             * @deprecated Use waxwing.replication.CursorPull.$Properties instead.
             */

            /**
             * Shape of a CursorPull.
             * @typedef {waxwing.replication.CursorPull.$Properties} waxwing.replication.CursorPull.$Shape
             */

            /**
             * Constructs a new CursorPull.
             * @memberof waxwing.replication
             * @classdesc Represents a CursorPull.
             * @constructor
             * @param {waxwing.replication.CursorPull.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CursorPull = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CursorPull since.
             * @member {string|null|undefined} since
             * @memberof waxwing.replication.CursorPull
             * @instance
             */
            CursorPull.prototype.since = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(CursorPull.prototype, "_since", {
                get: $util.oneOfGetter($oneOfFields = ["since"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new CursorPull instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.CursorPull
             * @static
             * @param {waxwing.replication.CursorPull.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.CursorPull} CursorPull instance
             * @type {{
             *   (properties: waxwing.replication.CursorPull.$Shape): waxwing.replication.CursorPull & waxwing.replication.CursorPull.$Shape;
             *   (properties?: waxwing.replication.CursorPull.$Properties): waxwing.replication.CursorPull;
             * }}
             */
            CursorPull.create = function(properties) {
                return new CursorPull(properties);
            };

            /**
             * Encodes the specified CursorPull message. Does not implicitly {@link waxwing.replication.CursorPull.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.CursorPull
             * @static
             * @param {waxwing.replication.CursorPull.$Properties} message CursorPull message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CursorPull.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.since != null && $Object.hasOwnProperty.call(message, "since"))
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.since);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CursorPull message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.CursorPull
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.CursorPull & waxwing.replication.CursorPull.$Shape} CursorPull
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CursorPull.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.CursorPull();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.since = reader.stringVerify();
                            message._since = "since";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CursorPull;
        })();

        return replication;
    })();

    return waxwing;
})();

export {
  $root as default
};
