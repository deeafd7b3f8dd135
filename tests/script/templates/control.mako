% if message:
has ${message}
  % if not imports:
no imports
  % elif imports == "x":
never
  % else:
never
  % endif
% endif
% for number in range(3):
${number}, \
% endfor

% for a, b in [(1, 2), (3, 4)]:
${a}-${b}
% endfor
<% i = 0 %>
% while i < 3:
turn ${i}
<% i += 1 %>\
% endwhile
% try:
${undefined_thing}
% except NameError as error:
caught
% endtry
% for nothing in []:
% endfor
end
