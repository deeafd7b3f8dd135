<%def name="column(name, type_='Integer')">sa.Column("${name}", sa.${type_})</%def>
<%doc>
    not seen ${anything at all
</%doc>
${column("id")}
% for word in ["a", "b"]:
    ${column(word, type_="String")},
% endfor
<%text>
    ${not_an_expression} % if
    ## not a comment
</%text>
a ## that is no comment
%% a percent sign
${'a|b' + "}" } ${ {"k": "v"}["k"] } ${(1 | 2)}
